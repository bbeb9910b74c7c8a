#!/usr/bin/env python3
"""Train a model on labelled ads: ``python train.py``, or ``python train.py mine.csv -o models/mine.zip``."""

import sys

from classifier.cli import train_main

if __name__ == "__main__":
    sys.exit(train_main())
