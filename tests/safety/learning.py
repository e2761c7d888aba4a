"""Learns what messages with a sign of danger are like, and writes content/<language>/safety_learned.zip.

Run it after a change of the parts it learns from: `python -m tests.safety.learning`. It needs scikit-learn, like
`tests.asking.learning`, and learns in the same way; from invented messages only, those in the parts named here.
"""

import json
import zipfile
from collections import Counter

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from bot.hearing.answering_features import Reader
from bot.hearing.safety_hearing import ANY
from bot.hearing.safety_rules import KINDS
from content.answers import vocabulary
from content.safety import learned_file
from tests.safety.phrases import LEARNED_FROM, fingerprint, read

SELDOM = 2
SETTINGS = {
    "C": 30.0,
    "solver": "liblinear",
    "max_iter": 200,
    "tol": 1e-3,
    "random_state": 0,
    "class_weight": "balanced",
}


def main(language: str = "en") -> None:
    """Writes the weights as signed bytes, as `content.answers.read_learned` reads them."""
    messages = [message for part in LEARNED_FROM for message in read(part)]
    words = vocabulary(language)
    counted = Reader(words.spellings, words.meanings)
    met = Counter(word for each in messages for word in set(counted.stems(each.text)))
    known = [word for word, count in sorted(met.items(), key=lambda each: (-each[1], each[0])) if count >= SELDOM]
    reader = Reader(words.spellings, words.meanings, known)
    noticed = [reader.features(each.text) for each in messages]
    often = Counter(name for features in noticed for name in features)
    names = DictVectorizer(dtype=np.float32)
    names.fit([dict.fromkeys((name for name, count in often.items() if count >= SELDOM), 1.0)])
    rows = normalize(names.transform(noticed))
    outputs = (*KINDS, ANY)
    fits = [
        fitted(rows, np.array([bool(each.kinds) if output == ANY else output in each.kinds for each in messages]))
        for output in outputs
    ]
    weights = np.vstack([weights for weights, _ in fits])
    unit = float(np.abs(weights).max() / 127)
    about = {
        "made_of": fingerprint(),
        "outputs": outputs,
        "biases": [round(bias, 4) for _, bias in fits],
        "weight_unit": round(unit, 6),
    }
    members = {
        "about.json": json.dumps(about).encode(),
        "features.txt": "\n".join(names.get_feature_names_out()).encode(),
        "known.txt": "\n".join(known).encode(),
        "weights.bin": np.round(weights.T / unit).astype(np.int8).tobytes(),
    }
    with zipfile.ZipFile(learned_file(language), "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, held in members.items():
            archive.writestr(zipfile.ZipInfo(name), held, zipfile.ZIP_DEFLATED, 9)


def fitted(rows: csr_matrix, is_so: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights and the bias. What is noticed counts by how much oftener it is met where it is so (Wang and Manning
    2012, "Baselines and bigrams"), which helps where messages are as short as here.
    """
    met = rows.astype(bool)
    often, seldom = (1 + np.asarray(met[which].sum(0)).ravel() for which in (is_so, ~is_so))
    ratio = np.log((often / often.sum()) / (seldom / seldom.sum()))
    weighed = csr_matrix(rows.multiply(ratio))
    weighed.indices, weighed.indptr = weighed.indices.astype(np.int32), weighed.indptr.astype(np.int32)
    fit = LogisticRegression(**SETTINGS).fit(weighed, is_so)
    return fit.coef_[0] * ratio, float(fit.intercept_[0])


if __name__ == "__main__":
    main()
