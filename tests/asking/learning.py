"""Learns which topic typed words ask for, and writes content/<language>/questions/learned.zip.

Run it after every change of these files: `python -m tests.asking.learning [LANGUAGE]`. It needs scikit-learn, which
nothing else here does: `pip install scikit-learn` into an environment of its own, and run it from the checkout.
The same phrasings give the same file. The words people write are never learned from: only what stands in the checkout.
"""

import json
import sys
import zipfile
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from bot.hearing.answering import ASKS, OURS
from bot.hearing.answering_features import Reader
from content.answers import Phrasing, fingerprint, learned_file, phrasings, vocabulary

SELDOM = 2
"""A word or feature met in fewer phrasings counts as unknown: so that unknown words are met while learning as well."""
OF_TOPICS = {"C": 100.0, "solver": "lbfgs", "max_iter": 100, "tol": 1e-3}
OF_TWO = {"C": 100.0, "solver": "liblinear", "max_iter": 200, "tol": 1e-3, "random_state": 0}
DIGITS = 4


class Model:
    """What is learned from some phrasings."""

    def __init__(self, language: str, learn_from: list[Phrasing]) -> None:
        words = vocabulary(language)
        counted = Reader(words.spellings, words.meanings)
        met = Counter(word for each in learn_from for word in set(counted.stems(each.text)))
        self.known = [word for word, count in sorted(met.items(), key=_by_use) if count >= SELDOM]
        reader = Reader(words.spellings, words.meanings, self.known)
        noticed = [reader.features(each.text) for each in learn_from]
        often = Counter(name for features in noticed for name in features)
        self.names = DictVectorizer(dtype=np.float32)
        self.names.fit([dict.fromkeys((name for name, count in often.items() if count >= SELDOM), 1.0)])
        rows = normalize(self.names.transform(noticed))
        rows.indices, rows.indptr = rows.indices.astype(np.int32), rows.indptr.astype(np.int32)
        topic = np.array([each.topic or "" for each in learn_from])
        self.topics = _fit(rows[topic != ""], topic[topic != ""], OF_TOPICS)
        self.ours = _fit(rows, topic != "", OF_TWO)
        self.asks = _fit(rows, np.array([each.asks for each in learn_from]), OF_TWO)

    def write(self, language: str) -> None:
        """Writes what was learned, the weights as signed bytes."""
        weights = np.vstack([self.topics.coef_, self.ours.coef_, self.asks.coef_])
        biases = np.concatenate([self.topics.intercept_, self.ours.intercept_, self.asks.intercept_])
        unit = float(np.abs(weights).max() / 127)
        about = {
            "made_of": fingerprint(language),
            "outputs": [*self.topics.classes_, OURS, ASKS],
            "biases": biases.round(DIGITS).tolist(),
            "weight_unit": round(unit, 6),
        }
        members = {
            "about.json": json.dumps(about).encode(),
            "features.txt": "\n".join(self.names.get_feature_names_out()).encode(),
            "known.txt": "\n".join(self.known).encode(),
            "weights.bin": np.round(weights.T / unit).astype(np.int8).tobytes(),
        }
        with zipfile.ZipFile(learned_file(language), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, held in members.items():
                archive.writestr(zipfile.ZipInfo(name), held, zipfile.ZIP_DEFLATED, 9)


def _by_use(met: tuple[str, int]) -> tuple[int, str]:
    return -met[1], met[0]


def _fit(rows: csr_matrix, answers: np.ndarray, settings: dict[str, object]) -> LogisticRegression:
    return LogisticRegression(class_weight="balanced", **settings).fit(rows, answers)


if __name__ == "__main__":
    spoken = sys.argv[1] if len(sys.argv) > 1 else "en"
    Model(spoken, list(phrasings(spoken))).write(spoken)
