"""Reviews prepared on Spark: the rules are those of trainer.data and taproom.contract, only the engine is another.

No pyarrow, which the Spark container lacks.
"""
