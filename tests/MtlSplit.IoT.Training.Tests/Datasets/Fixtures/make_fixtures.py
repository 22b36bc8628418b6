#!/usr/bin/python3
"""Writes the HDF5 files beside it, with Debian's python3-h5py: run `python3 make_fixtures.py` to make them anew.

Image i, row y, column x, channel c is (7 i + 3 y + 5 x + 11 c) mod 256, and scene i has the index 4,801 i mod 480,000: the
tests work out what they expect from these two lines.
"""
import pathlib

import h5py
import numpy

FOLDER = pathlib.Path(__file__).parent
COUNT = 103
HUE = numpy.arange(10) / 10
SCALE = numpy.linspace(0.75, 1.25, 8)
SHAPE = numpy.arange(4)
ORIENTATION = numpy.linspace(-30, 30, 15)


def images(count):
    i, y, x, c = numpy.ogrid[:count, :64, :64, :3]
    return ((7 * i + 3 * y + 5 * x + 11 * c) % 256).astype(numpy.uint8)


def labels(count):
    rows = []
    for i in range(count):
        factors = numpy.unravel_index(4801 * i % 480_000, (10, 10, 10, 8, 4, 15))
        columns = (HUE, HUE, HUE, SCALE, SHAPE, ORIENTATION)
        rows.append([column[factor] for column, factor in zip(columns, factors)])
    return numpy.array(rows, dtype=numpy.float64)


def write(name, **datasets):
    with h5py.File(FOLDER / name, "w") as file:
        for key, (data, chunks) in datasets.items():
            packed = {"compression": "gzip", "compression_opts": 9} if chunks else {}
            file.create_dataset(key, data=data, chunks=chunks, **packed)


# Chunks that cut images into pieces, colours included, and divide no side evenly: harder than automatic chunking.
write("shapes.h5", images=(images(COUNT), (16, 20, 24, 2)), labels=(labels(COUNT), (40, 6)))
write("contiguous.h5", images=(images(2), None), labels=(labels(2), None))
write("no-labels.h5", images=(images(2), (1, 64, 64, 3)), notes=(numpy.zeros(1), None))
write("float-images.h5", images=(images(2).astype(numpy.float32), (1, 64, 64, 3)), labels=(labels(2), (2, 6)))
write("narrow-images.h5", images=(images(2)[:, :, :32], (1, 64, 32, 3)), labels=(labels(2), (2, 6)))
write("too-few-labels.h5", images=(images(3), (1, 64, 64, 3)), labels=(labels(2), (2, 6)))
unknown = labels(3)
unknown[2, 3] = 0.8
write("unknown-label.h5", images=(images(3), (1, 64, 64, 3)), labels=(unknown, (3, 6)))
