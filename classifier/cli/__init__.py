"""The two doors, `predict.py` and `train.py`: options in, one-line errors and a status out."""

from classifier import MODEL
from classifier.cli.predict import predict_main
from classifier.cli.train import train_main

__all__ = ["MODEL", "predict_main", "train_main"]
