"""A LoCoMo file of two tiny conversations, as annotators left it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def turn(key: str, speaker: str, text: str, **fields: Any) -> dict[str, Any]:
    return {"dia_id": key, "speaker": speaker, "text": text} | fields


def ask(question: str, category: int, *evidence: str, answer: Any = "yes") -> dict[str, Any]:
    return {"question": question, "answer": answer, "category": category, "evidence": list(evidence)}


def sample(name: str = "conv-1") -> dict[str, Any]:
    return {
        "sample_id": name,
        "conversation": {
            "speaker_a": "Ann",
            "speaker_b": "Ben",
            "session_2_date_time": "1:14 am on 25 May, 2023",
            "session_2": [
                turn("D2:1", "Ann", "The ferry to Oslo leaves at nine."),
                turn("D2:2", "Ben", "I bought a green bicycle."),
            ],
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": [
                turn("D1:1", "Ann", "My dog Biscuit is afraid of thunder."),
                turn("D1:2", "Ben", "Look at this!", blip_caption="a photo of a wooden cabin by a lake"),
                turn("D1:3", "Ann", "I play the piano on Sundays."),
            ],
            "session_3_date_time": "2:00 pm on 9 June, 2023",
        },
        "qa": [
            ask("What is Biscuit afraid of?", 4, "D1:1"),
            ask("What did Ben buy and photograph?", 1, "D2:2; D1:2"),
            ask("When does the ferry leave?", 2, "D2:1", answer=9),
            ask("Does Ann like music?", 3, "D1:3"),
            ask("What is the name of Ben's cat?", 5, "D1:2"),
            ask("What did nobody say?", 4, "D", "D9:9"),
        ],
    }


def write(folder: Path, samples: Any) -> Path:
    path = folder / "locomo.json"
    path.write_text(json.dumps(samples), encoding="utf-8")
    return path
