"""A training run's report as the artifact holds it, with something of everything."""

from typing import Any


def standing(
    name: str, role: str, ndcg: float, width: float = 0.01, **others: Any
) -> dict[str, Any]:
    """How a contender did, in every measure."""
    return {
        "name": name,
        "role": role,
        "ndcg": ndcg,
        "ndcg_low": ndcg - width,
        "ndcg_high": ndcg + width,
        "recall": ndcg * 0.82,
        "precision": ndcg * 0.7,
        "mrr": ndcg * 1.6,
        "hit_rate": ndcg * 3.4,
        "coverage": 0.03 + ndcg / 2,
        "novelty": 11.0 - 20 * ndcg,
        "diversity": 0.55 + ndcg,
    } | others


def sample_report() -> dict[str, Any]:
    """Whole and plausible, of 658 people and 9,066 films; yours to change."""
    return {
        "k": 10,
        "seed": 1,
        "by_time": True,
        "like_from": 4.0,
        "asked": 658,
        "seconds": 81.0,
        "trials": 143,
        "account": {
            "rows_in": 100_004,
            "rows_used": 99_990,
            "removed": [
                {
                    "reason": "no rating",
                    "rows": 11,
                    "example": "7,318,,1112484727",
                    "where": "ratings.csv, line 318",
                    "done": "left out",
                },
                {
                    "reason": "an earlier rating of the same user and item",
                    "rows": 3,
                    "example": "15,1,2.0,997938310",
                    "where": "ratings.csv, line 997",
                    "done": "the latest counts",
                },
            ],
            "notes": [
                {
                    "what": "times in milliseconds",
                    "n": 100_004,
                    "example": "",
                    "done": "read as such",
                },
                {"what": "an odd thing", "n": 0, "example": "such", "done": ""},
            ],
            "files": [
                {
                    "name": "ratings.csv",
                    "kind": "CSV, UTF-8",
                    "rows": 100_004,
                    "columns": {"user": "userId", "item": "item"},
                    "unused": ["colour"],
                }
            ],
        },
        "accounts": {
            "feedback": {"rows_in": 100_004, "rows_used": 99_990},
            "items": {"rows_in": 9_125, "rows_used": 9_125},
        },
        "feedback": {"kind": "rating", "drive": None, "positive": "a like is 4 or more"},
        "holdout": [
            standing("popularity", "baseline", 0.0686, coverage=0.0108),
            standing("item-KNN", "contender", 0.1031, coverage=0.0713),
            standing("RP3beta", "contender", 0.1079, coverage=0.0781),
            standing("EASE", "contender", 0.1188, coverage=0.0652),
            standing("user-KNN", "reference", 0.1042, coverage=0.0497),
            standing("iALS", "reference", 0.1123, coverage=0.0723),
            standing("BPR", "reference", 0.0937, coverage=0.0894),
            standing("LightFM, its own user vectors", "reference", 0.1088, coverage=0.0893),
            standing("LightFM, linear fold-in", "contender", 0.1148, coverage=0.0511),
            standing("as served", "served", 0.1219, coverage=0.0588),
        ],
        "comparison": {
            "against": "EASE",
            "gain": 0.0031,
            "low": -0.001,
            "high": 0.0072,
            "p": 0.12,
            "verdict": "level",
        },
        "time_cut": {
            "people": 90,
            "standings": [
                standing("popularity", "baseline", 0.0431, width=0.02),
                standing("EASE", "contender", 0.0914, width=0.024),
                standing("as served", "served", 0.0957, width=0.025),
            ],
        },
        "people": [
            {"length": length, "people": people, "popularity": 0.069, "served": served}
            for length, people, served in (
                (0, 658, 0.069),
                (1, 656, 0.081),
                (2, 655, 0.085),
                (3, 652, 0.091),
                (5, 643, 0.097),
                (10, 591, 0.106),
                (None, 658, 0.117),
            )
        ],
        "cold_items": {
            "items": 906,
            "people": 600,
            "standings": [
                {"name": "chance", "ndcg": 0.011},
                {"name": "content k-NN", "ndcg": 0.066},
                {"name": "as served", "ndcg": 0.113},
            ],
            "share_top": 0.007,
            "share_relevant": 0.094,
            "recall_at_100": 0.13,
        },
        "curves": [
            {
                "epoch": epoch,
                "train_auc": 0.995 - 0.12 / epoch,
                "test_auc": 0.935 - 0.09 / epoch - 0.0003 * epoch,
                "train_ndcg": 0.46 - 1.4 / (epoch + 3),
                "test_ndcg": 0.116 - 0.2 / (epoch + 3) - 0.0000125 * (epoch - 25) ** 2,
            }
            for epoch in range(5, 55, 5)
        ],
        "best_epoch": 25,
        "reliability": {
            "error": 0.016,
            "bins": [
                {"chance": chance, "liked": liked, "n": n}
                for chance, liked, n in (
                    (0.29, 0.27, 390),
                    (0.36, 0.38, 410),
                    (0.41, 0.40, 1120),
                    (0.48, 0.50, 840),
                    (0.53, 0.52, 2210),
                    (0.58, 0.57, 1730),
                    (0.63, 0.66, 640),
                    (0.69, 0.68, 590),
                    (0.75, 0.77, 480),
                    (0.82, 0.79, 310),
                )
            ],
        },
        "bias": [
            {"segment": "niche", "people": 219, "own": 1.37, "recommended": 1.91},
            {"segment": "mixed", "people": 220, "own": 1.68, "recommended": 2.02},
            {"segment": "mainstream", "people": 219, "own": 1.98, "recommended": 2.14},
        ],
        "tradeoffs": [
            {
                "turned": turned,
                "by": by,
                "people": 658,
                "ndcg": ndcg,
                "coverage": coverage,
                "novelty": novelty,
                "diversity": diversity,
            }
            for turned, by, ndcg, coverage, novelty, diversity in (
                ("", 0.0, 0.1219, 0.054, 2.4, 0.502),
                ("novelty", 0.25, 0.1224, 0.067, 2.53, 0.503),
                ("novelty", 0.5, 0.1219, 0.082, 2.72, 0.503),
                ("novelty", 1.0, 0.1045, 0.141, 3.7, 0.51),
                ("diversity", 0.25, 0.1215, 0.054, 2.4, 0.516),
                ("diversity", 0.5, 0.1191, 0.057, 2.44, 0.549),
                ("diversity", 1.0, 0.0781, 0.095, 3.12, 0.792),
            )
        ],
        "worth": [
            {"from": None, "worth": 0.0, "name": None},
            {"from": 3.0, "worth": 0.42, "name": None},
            {"from": 4.0, "worth": 1.0, "name": None},
        ],
        "features": {
            "items": [
                {
                    "column": "genres",
                    "kind": "list",
                    "why": "",
                    "n_features": 1_019,
                    "n_items": 9_049,
                    "of": 9_066,
                    "top": [["Drama", 4_328], ["Comedy", 3_307]],
                },
                {
                    "column": "imdb_id",
                    "kind": "not used",
                    "why": "all different, as codes are",
                    "n_features": 0,
                    "n_items": 0,
                    "of": 9_066,
                    "top": [],
                },
            ],
            "users": [
                {
                    "column": "country",
                    "kind": "categories",
                    "why": "",
                    "n_features": 2,
                    "n_items": 658,
                    "of": 658,
                    "top": [["Ruritania", 600], ["Borduria", 58]],
                },
            ],
        },
        "half_life_days": None,
        "choice": {
            "items": "EASE",
            "settings": {"ridge": 312.456, "dropout": 0.5, "damping": 0.3, "fewest": 2},
            "hybrid": {"components": 64, "epochs": 25, "learning_rate": 0.05},
            "seeds": 2,
            "share": 0.62,
            "lean_items": 2.0,
            "lean_taste": 1.4,
            "corner": None,
        },
    }


def shop_report() -> dict[str, Any]:
    """The same of events: somebody wants people to buy; yours to change."""
    return sample_report() | {
        "like_from": 7.0,
        "feedback": {
            "kind": "event",
            "drive": "purchase",
            "positive": "a positive is a purchase",
        },
        "worth": [
            {"from": None, "worth": 0.0, "name": "against"},
            {"from": 3.0, "worth": 0.25, "name": "view"},
            {"from": 7.0, "worth": 1.0, "name": "purchase"},
        ],
        "half_life_days": 90.0,
    }
