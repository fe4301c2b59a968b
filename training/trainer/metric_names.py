"""The names under which the job prints its metrics, for SageMaker's metric definitions.

Standard library only. The job prints `metric <name>=<value>`, a line each; `LINE` formatted with a
name is the regular expression that reads it.
"""

from __future__ import annotations

# Once an epoch.
RETRIEVAL_LOSS = "retrieval_loss"
RETRIEVAL_VALIDATION_RECALL_AT_10 = "retrieval_validation_recall_at_10"
RETRIEVAL_VALIDATION_RECALL_AT_100 = "retrieval_validation_recall_at_100"
RANKING_TRAIN_RMSE = "ranking_train_rmse"
RANKING_VALIDATION_RMSE = "ranking_validation_rmse"
# Once a job, on the held-out rows.
RETRIEVAL_RECALL_AT_10 = "retrieval_recall_at_10"
RETRIEVAL_RECALL_AT_50 = "retrieval_recall_at_50"
RETRIEVAL_RECALL_AT_100 = "retrieval_recall_at_100"
RETRIEVAL_RECALL_AT_500 = "retrieval_recall_at_500"
RETRIEVAL_NDCG_AT_10 = "retrieval_ndcg_at_10"
RETRIEVAL_COVERAGE = "retrieval_coverage"
RANKING_RMSE = "ranking_rmse"
RANKING_MAE = "ranking_mae"
SERVED_LIKED_AT_10 = "served_liked_at_10"
SERVED_LIKED_AT_10_RETRIEVED = "served_liked_at_10_retrieved"

METRIC_NAMES = (
    RETRIEVAL_LOSS,
    RETRIEVAL_VALIDATION_RECALL_AT_10,
    RETRIEVAL_VALIDATION_RECALL_AT_100,
    RANKING_TRAIN_RMSE,
    RANKING_VALIDATION_RMSE,
    RETRIEVAL_RECALL_AT_10,
    RETRIEVAL_RECALL_AT_50,
    RETRIEVAL_RECALL_AT_100,
    RETRIEVAL_RECALL_AT_500,
    RETRIEVAL_NDCG_AT_10,
    RETRIEVAL_COVERAGE,
    RANKING_RMSE,
    RANKING_MAE,
    SERVED_LIKED_AT_10,
    SERVED_LIKED_AT_10_RETRIEVED,
)
LINE = r"^metric {}=(\S+)$"
