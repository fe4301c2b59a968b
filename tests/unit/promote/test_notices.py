"""What the outcomes topic says, and that it says so whatever goes wrong in between."""

from __future__ import annotations

from promote import gate, notices
from promote.verdict import Verdict
from tests.unit.promote.conftest import RUN, metrics


def test_a_refusal_lists_the_numbers_and_says_what_keeps_serving() -> None:
    verdict = gate.decide(metrics(recall=0.24), None).model_copy(update={"serving": "taproom-ba9876543210"})
    message = notices.refused(verdict)
    assert message.subject == f"Taproom: refused {RUN}"
    assert "taproom-ba9876543210 keeps serving." in message.body
    assert "FAIL retrieval recall@100   0.2400" in message.body


def test_a_promotion_says_what_it_replaced() -> None:
    assert "Nothing served before." in notices.promoted(RUN, None, None).body
    assert "It replaced taproom-ba9876543210 in place." in notices.promoted(RUN, "taproom-ba9876543210", None).body
    assert "rolled out again" in notices.promoted(RUN, RUN, None).body
    assert "in place.\n\nAnswers are" in notices.promoted(RUN, "other", None, "Answers are taken less often.").body


def test_waiting_for_approval_gives_the_command_that_approves() -> None:
    message = notices.waiting(gate.decide(metrics(), None), "arn:aws:sagemaker:us-east-1:1:model-package/taproom/1")
    assert (
        "aws sagemaker update-model-package --model-package-arn arn:aws:sagemaker:us-east-1:1:model-package/taproom/1 "
        "--model-approval-status Approved" in message.body
    )


def test_a_failed_job_brings_its_reason() -> None:
    verdict = Verdict(run=RUN, status="failed", serving=None, reason="Failed: AlgorithmError: one user is too few")
    message = notices.failed(verdict)
    assert "AlgorithmError: one user is too few" in message.body
    assert message.request("arn:topic")["MessageAttributes"]["outcome"]["StringValue"] == "failed"


def test_a_subject_keeps_to_what_sns_takes() -> None:
    assert len(notices.rolled_back("a" * 200, None, "reason").subject) == 100
