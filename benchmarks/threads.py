"""How many threads a model may use: the same for every one.

TensorFlow has two pools, for parts of an operation and for operations side by side; by itself it gives each as many
threads as there are cores, and so it is here.
"""

from __future__ import annotations

THREADS = 2

# For libraries that take it from the environment.
ENVIRONMENT = {
    name: str(THREADS)
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
    )
}
