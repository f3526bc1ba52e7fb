"""Writes the small files in `data`, and `data/expected.json`, what they hold. Needs numpy, scipy,
h5py and pillow (to write the JPEG picture, and to check the PNG ones):

    python write_data.py
"""

import json
import os
import struct
import zlib

import h5py
import numpy
import scipy.io
import scipy.sparse
from PIL import Image

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
expected = {}


def path(name):
    return os.path.join(FOLDER, name)


def note(name, array):
    array = numpy.asarray(array)
    expected[name] = {
        "shape": list(array.shape),
        "values": [float(v) for v in array.ravel()],
    }


# NumPy

numbers = numpy.arange(24).reshape(2, 3, 4)
for kind in "b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8".split():
    for order, mark in [("<", "little"), (">", "big")]:
        for layout in "CF":
            name = f"{kind}-{mark}-{layout}.npy"
            values = numbers % 2 if kind == "b1" else numbers - (8 if kind[0] in "if" else 0)
            array = numpy.array(values, dtype=order + kind, order=layout)
            if kind in ("b1", "i1", "u1") and mark == "big":
                continue
            numpy.save(path(name), array)
            note(name, array)
for version in [(1, 0), (2, 0), (3, 0)]:
    name = f"version{version[0]}.npy"
    with open(path(name), "wb") as file:
        numpy.lib.format.write_array(file, numbers.astype("<f4"), version=version)
    note(name, numbers)
numpy.save(path("scalar.npy"), numpy.float32(7))
note("scalar.npy", numpy.float32(7))
numpy.save(path("empty.npy"), numpy.zeros((0, 3)))
note("empty.npy", numpy.zeros((0, 3)))
numpy.save(path("complex.npy"), numpy.array([1 + 2j]))
numpy.save(path("text.npy"), numpy.array(["a", "bc"]))
numpy.save(path("objects.npy"), numpy.array([1, "a"], dtype=object), allow_pickle=True)
numpy.save(path("fields.npy"), numpy.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
arrays = {"images": numbers.astype("<f4"), "labels": numpy.array([1, 0, 2], dtype="<i8")}
numpy.savez(path("stored.npz"), **arrays)
numpy.savez_compressed(path("deflated.npz"), **arrays)
for name, array in arrays.items():
    note("npz/" + name, array)

# PNG, written here so that every kind of picture and filter is there


def chunk(kind, data):
    return (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    )


def packed(row, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", int(v)) for v in row)
    if depth == 8:
        return bytes(int(v) for v in row)
    bits = "".join(format(int(v), f"0{depth}b") for v in row)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, distance, first):
    result = b""
    previous = bytes(len(rows[0]))
    for number, row in enumerate(rows):
        kind = (number + first) % 5
        out = bytearray([kind])
        for place, value in enumerate(row):
            left = row[place - distance] if place >= distance else 0
            up = previous[place]
            corner = previous[place - distance] if place >= distance else 0
            predicted = [0, left, up, (left + up) // 2, paeth(left, up, corner)][kind]
            out.append((value - predicted) % 256)
        result += bytes(out)
        previous = row
    return result


PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(name, samples, colour, depth, interlaced, palette=None, transparency=None):
    rows, columns, channels = samples.shape
    distance = max(1, channels * depth // 8)
    data = b""
    for number, (row, column, down, right) in enumerate(PASSES if interlaced else [(0, 0, 1, 1)]):
        part = samples[row::down, column::right]
        if part.shape[0] and part.shape[1]:
            lines = [packed(line.ravel(), depth) for line in part]
            data += filtered(lines, distance, number)
    stream = zlib.compress(data, 9)
    half = len(stream) // 2
    head = struct.pack(">IIBBBBB", columns, rows, depth, colour, 0, 0, int(interlaced))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"tEXt", b"Title\0a test")
    if palette is not None:
        content += chunk(b"PLTE", bytes(int(v) for v in palette.ravel()))
    if transparency is not None:
        content += chunk(b"tRNS", transparency)
    content += chunk(b"IDAT", stream[:half]) + chunk(b"IDAT", b"") + chunk(b"IDAT", stream[half:])
    content += chunk(b"tIME", bytes(7)) + chunk(b"IEND", b"")
    with open(path(name), "wb") as file:
        file.write(content)


random = numpy.random.RandomState(1)
for interlaced in [False, True]:
    mark = "-interlaced" if interlaced else ""
    for colour, channels, depths in [
        (0, 1, [1, 2, 4, 8, 16]), (2, 3, [8, 16]), (4, 2, [8, 16]), (6, 4, [8, 16]),
    ]:
        for depth in depths:
            name = f"colour{colour}-{depth}{mark}.png"
            samples = random.randint(0, 2**depth, (9, 11, channels))
            png(name, samples, colour, depth, interlaced)
            note(name, samples * 255.0 / (2**depth - 1))
            if depth == 8:
                assert (numpy.asarray(Image.open(path(name))).reshape(samples.shape) == samples).all()
    for depth in [1, 2, 4, 8]:
        name = f"palette-{depth}{mark}.png"
        count = min(2**depth, 20)
        palette = random.randint(0, 256, (count, 3))
        samples = random.randint(0, count, (9, 11, 1))
        opacity = bytes([0, 128]) if depth > 1 else None
        png(name, samples, 3, depth, interlaced, palette, opacity)
        full = palette
        if opacity:
            full = numpy.hstack([palette, [[0], [128]] + [[255]] * (count - 2)])
        note(name, full[samples[..., 0]])
        mode = "RGBA" if opacity else "RGB"
        assert (numpy.asarray(Image.open(path(name)).convert(mode)) == full[samples[..., 0]]).all()
samples = random.randint(0, 3, (4, 5, 1))
png("grey-key.png", samples, 0, 8, False, transparency=struct.pack(">H", 1))
note("grey-key.png", numpy.concatenate([samples, 255 * (samples != 1)], axis=2))
samples = random.randint(0, 2, (4, 5, 3))
png("rgb-key.png", samples, 2, 8, False, transparency=struct.pack(">HHH", 1, 0, 1))
opaque = ~(samples == [1, 0, 1]).all(axis=2, keepdims=True)
note("rgb-key.png", numpy.concatenate([samples, 255 * opaque], axis=2))

# JPEG: two flat halves, so that any decoder gives nearly the same

halves = numpy.zeros((16, 32, 3), dtype=numpy.uint8)
halves[:, :16] = [200, 40, 90]
halves[:, 16:] = [20, 180, 60]
Image.fromarray(halves).save(path("halves.jpg"), quality=95, subsampling=0)
note("halves.jpg", halves)
Image.fromarray(halves[..., 0]).save(path("grey.jpg"), quality=95)
note("grey.jpg", halves[..., :1])

# MAT, level 5

cells = numpy.empty((2, 2), dtype=object)
cells[0, 0] = numpy.arange(3.0).reshape(1, 3)
cells[0, 1] = "text"
cells[1, 0] = numpy.array([[True, False]])
inner = numpy.empty((1, 1), dtype=object)
inner[0, 0] = numpy.array([[7]], dtype=numpy.int16)
cells[1, 1] = inner
records = numpy.zeros((1, 2), dtype=[("name", object), ("x", object)])
records[0, 0] = ("first", numpy.eye(2))
records[0, 1] = ("second", numpy.array([[5.0]]))
sparse = scipy.sparse.csc_matrix(numpy.array([[0, 2.5, 0], [1, 0, 0], [0, -3, 0]]))
values = {
    "cells": cells, "records": records, "sparse": sparse, "text": "Grüße", "z": numpy.array([[1 + 2j, 3]]),
    "rows": numpy.array(["ab ", "cde"]), "one": {"a": {"b": 3.0}}, "none": numpy.zeros((0, 0)),
    "wide": numpy.array([[2**40, -1]], dtype=numpy.int64),
}
for mark in ["plain", "compressed"]:
    scipy.io.savemat(path(f"values-{mark}.mat"), values, do_compression=mark == "compressed")

# MAT, version 7.3: HDF5 behind 512 bytes, with the class of each variable in an attribute


def matlab73(name, libver):
    file = h5py.File(path(name), "w", userblock_size=512, libver=libver)
    refs = file.create_group("#refs#")
    count = [0]

    def put(group, key, array, kind, **more):
        data = group.create_dataset(key, data=numpy.asarray(array).T, **more)
        data.attrs["MATLAB_class"] = numpy.bytes_(kind)
        return data

    def text(group, key, string):
        units = numpy.frombuffer(string.encode("utf-16-le"), dtype=numpy.uint16)
        data = put(group, key, units.reshape(1, -1), "char")
        data.attrs["MATLAB_int_decode"] = numpy.int32(2)

    def reference(make):
        key = "r%d" % count[0]
        count[0] += 1
        make(refs, key)
        return refs[key].ref

    put(file, "x", numpy.arange(24.0).reshape(2, 3, 4), "double")
    put(
        file, "packed", numpy.arange(600.0).reshape(20, 30) % 7, "double", chunks=(8, 6),
        compression="gzip", shuffle=True,
    )
    put(file, "summed", numpy.arange(50, dtype=numpy.float32).reshape(5, 10), "single", chunks=(4, 4), fletcher32=True)
    put(file, "bytes", numpy.arange(6, dtype=numpy.uint8).reshape(2, 3), "uint8")
    flag = put(file, "flag", numpy.array([[1, 0, 1]], dtype=numpy.uint8), "logical")
    flag.attrs["MATLAB_int_decode"] = numpy.int32(1)
    put(file, "wide", numpy.array([[2**40, -1]], dtype=numpy.int64), "int64")
    text(file, "text", "Grüße")
    empty = file.create_dataset("none", data=numpy.array([0, 3], dtype=numpy.uint64))
    empty.attrs["MATLAB_class"] = numpy.bytes_("double")
    empty.attrs["MATLAB_empty"] = numpy.uint8(1)
    items = numpy.empty((2, 1), dtype=object)
    items[0, 0] = reference(lambda g, k: put(g, k, numpy.arange(6.0).reshape(2, 3), "double"))
    items[1, 0] = reference(lambda g, k: text(g, k, "cell"))
    cell = file.create_dataset("cells", data=items.T, dtype=h5py.ref_dtype)
    cell.attrs["MATLAB_class"] = numpy.bytes_("cell")
    one = file.create_group("one")
    one.attrs["MATLAB_class"] = numpy.bytes_("struct")
    put(one, "a", numpy.array([[3.0]]), "double")
    text(one, "b", "field")
    many = file.create_group("records")
    many.attrs["MATLAB_class"] = numpy.bytes_("struct")
    column = numpy.empty((1, 2), dtype=object)
    for place in range(2):
        column[0, place] = reference(lambda g, k: put(g, k, numpy.array([[float(place)]]), "double"))
    many.create_dataset("x", data=column.T, dtype=h5py.ref_dtype)
    matrix = file.create_group("sparse")
    matrix.attrs["MATLAB_class"] = numpy.bytes_("double")
    matrix.attrs["MATLAB_sparse"] = numpy.uint64(3)
    matrix.create_dataset("data", data=sparse.data)
    matrix.create_dataset("ir", data=sparse.indices.astype(numpy.uint64))
    matrix.create_dataset("jc", data=sparse.indptr.astype(numpy.uint64))
    pair = numpy.array([[1 + 2j, 3]]).T
    z = file.create_dataset("z", data=numpy.array([(v.real, v.imag) for v in pair.ravel()], dtype=[("real", "<f8"), ("imag", "<f8")]).reshape(pair.shape))
    z.attrs["MATLAB_class"] = numpy.bytes_("double")
    for number in range(40):
        put(file, "many%02d" % number, numpy.array([[float(number)]]), "double")
    file.close()
    with open(path(name), "r+b") as raw:
        head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Thu Jan 01 00:00:00 1970 HDF5 schema 1.00 ."
        raw.write(head.ljust(116, b" ") + bytes(8) + b"\x00\x02IM")


matlab73("values-7.3.mat", "earliest")
matlab73("values-7.3-latest.mat", "v110")

with open(path("expected.json"), "w") as file:
    json.dump(expected, file, separators=(",", ":"))
