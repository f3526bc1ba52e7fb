"""Writes the MAT-file that MATPythonTests reads, plain or compressed. Needs scipy:

    python write_mat.py FILE plain|compressed
"""

import sys

import numpy
import scipy.io
import scipy.sparse

cells = numpy.empty((2, 2), dtype=object)
for row in range(2):
    for column in range(2):
        length = 1 + row + 2 * column
        cells[row, column] = numpy.arange(2 * length, dtype=numpy.float64).reshape(2, length)
scipy.io.savemat(
    sys.argv[1],
    {
        "X": numpy.arange(24, dtype=numpy.float64).reshape(2, 3, 4),
        "small": numpy.array([[1, -2, 3]], dtype=numpy.int8),
        "flag": numpy.array([[True, False]]),
        "text": "MAT",
        "sequences": cells,
        "data": {"X": numpy.eye(2, dtype=numpy.float32), "Y": cells[:, :1], "in": {"n": 7}},
        "sparse": scipy.sparse.csc_matrix(numpy.eye(3)),
        "z": numpy.array([[1 + 2j]]),
        "empty": numpy.zeros((0, 3)),
    },
    do_compression=sys.argv[2] == "compressed",
)
