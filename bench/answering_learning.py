"""Learns which topic typed words ask for, and writes content/<language>/questions/learned.zip.

Run it after every change of these files: `python -m bench.answering_learning [LANGUAGE]`. It needs scikit-learn, which
nothing else here does: `pip install scikit-learn` into an environment of its own, and run it from the checkout.
The same phrasings give the same file. The words people write are never learned from: only what stands in the checkout.
"""

import json
import sys
import zipfile
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from bot.answering import ASKS, OURS, VECTOR_WEIGHT
from bot.answering_features import Reader
from content import answers as content_answers
from content.answers import Phrasing, Vocabulary, fingerprint, learned_file, phrasings, vocabulary

SELDOM = 2
"""A word or feature met in fewer phrasings counts as unknown: so that unknown words are met while learning as well."""
STRENGTH = {"topics": 10.0, OURS: 30.0, ASKS: 10.0}
DIGITS = 4


class Model:
    """What is learned from some phrasings."""

    def __init__(self, language: str, learn_from: list[Phrasing]) -> None:
        self.nearby = content_answers.nearby(language)
        words: Vocabulary = vocabulary(language)
        counted = Reader(words.spellings, words.meanings)
        met = Counter(word for each in learn_from for word in set(counted.stems(each.text)))
        self.known = [word for word, count in sorted(met.items(), key=_by_use) if count >= SELDOM]
        self.reader = Reader(words.spellings, words.meanings, self.known, self.nearby.words)
        noticed = [self.reader.features(each.text) for each in learn_from]
        often = Counter(name for features in noticed for name in features)
        self.names = DictVectorizer(dtype=np.float32)
        self.names.fit([dict.fromkeys((name for name, count in often.items() if count >= SELDOM), 1.0)])
        rows = self.rows([each.text for each in learn_from])
        topic = np.array([each.topic or "" for each in learn_from])
        self.topics = _fit(rows[topic != ""], topic[topic != ""], STRENGTH["topics"])
        self.ours = _fit(rows, topic != "", STRENGTH[OURS])
        self.asks = _fit(rows, np.array([each.asks for each in learn_from]), STRENGTH[ASKS])

    def rows(self, texts: list[str]) -> csr_matrix:
        """What is noticed in each text, and what its words are near to, as a row of numbers."""
        size = self.nearby.size
        vectors = np.array(self.nearby.vectors).reshape(-1, size).astype(np.float32)
        near = np.zeros((len(texts), size), np.float32)
        for number, text in enumerate(texts):
            found = [self.nearby.words[word] for word in self.reader.words(text) if word in self.nearby.words]
            total = vectors[found].sum(0)
            near[number] = total * VECTOR_WEIGHT / (np.linalg.norm(total) or 1.0)
        features = self.names.transform([self.reader.features(text) for text in texts])
        return hstack([features, csr_matrix(near)]).tocsr()

    def write(self, language: str) -> None:
        """Writes what was learned, the weights as signed bytes."""
        weights = np.vstack([self.topics.coef_, self.ours.coef_, self.asks.coef_])
        biases = np.concatenate([self.topics.intercept_, self.ours.intercept_, self.asks.intercept_])
        features = list(self.names.get_feature_names_out())
        unit = float(np.abs(weights[:, : len(features)]).max() / 127)
        about = {
            "made_of": fingerprint(language),
            "outputs": [*self.topics.classes_, OURS, ASKS],
            "biases": biases.round(DIGITS).tolist(),
            "weight_unit": round(unit, 6),
            "directions": weights[:, len(features) :].T.round(DIGITS).tolist(),
        }
        members = {
            "about.json": json.dumps(about).encode(),
            "features.txt": "\n".join(features).encode(),
            "known.txt": "\n".join(self.known).encode(),
            "weights.bin": np.round(weights[:, : len(features)].T / unit).astype(np.int8).tobytes(),
        }
        with zipfile.ZipFile(learned_file(language), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for name, held in members.items():
                archive.writestr(zipfile.ZipInfo(name), held, zipfile.ZIP_DEFLATED, 9)


def _by_use(met: tuple[str, int]) -> tuple[int, str]:
    return -met[1], met[0]


def _fit(rows: csr_matrix, answers: np.ndarray, strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, class_weight="balanced", max_iter=100, tol=1e-3).fit(rows, answers)


if __name__ == "__main__":
    spoken = sys.argv[1] if len(sys.argv) > 1 else "en"
    Model(spoken, list(phrasings(spoken))).write(spoken)
