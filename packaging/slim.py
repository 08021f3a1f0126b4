"""What the installed app leaves out: what only tests, training, other models and other devices need.

Seen by listing the modules that the two model processes load. Lists of names, because neither PyTorch nor transformers
says which of its parts stand alone.
"""

from __future__ import annotations

import re

HIDDEN = [
    "app.__main__",
    "app.bench.erase_once",
    "app.runtime.flash.trial",
    "transformers.models.bert.configuration_bert",
    "transformers.models.bert.modeling_bert",
    "transformers.models.bert.tokenization_bert",
]
EXCLUDED = [
    *("IPython", "PIL", "hypothesis", "matplotlib", "mypy", "pandas", "pip", "py", "pytest"),
    *("tensorboard", "tkinter", "torch.utils.tensorboard", "torchvision", "triton"),
]
# The embedder is a BERT; the others are named by modules that load whatever the model is.
MODELS = {
    *("align", "auto", "bert", "blenderbot", "blenderbot_small", "encoder_decoder", "longt5", "m2m_100", "marian"),
    *("moonshine", "mt5", "paligemma", "pegasus", "pegasus_x", "prophetnet", "switch_transformers", "t5", "t5gemma"),
    *("t5gemma2", "timm_wrapper", "udop", "umt5", "whisper"),
}
_OUT = re.compile(
    r"torch\.(test|include|share)\.|torch\.bin\.(?!torch_shm_manager)"
    r"|torch\.lib\.lib(torchbind_test|backend_with_compiler|jitbackend_test|aoti_custom_ops)"
    r"|(hypothesis|pytest_timeout|setuptools)-"
    r"|PySide6\.Qt\.plugins\.(platformthemes\.libqgtk3|platforms\.libq(linuxfb|vkkhrdisplay|eglfs)|egldeviceintegrations)"
    r"|PySide6\.Qt\.lib\.libQt6Egl"
    r"|lib(gdk|gtk|atk|cairo|pango|pixman|thai|datrie|cudart|fribidi|jpeg)[-_a-z0-9.]*\.so"
)
_MODEL = re.compile(r"transformers\.models\.(\w+)\.")


def is_kept(name: str) -> bool:
    """Whether a module, or a file by its path in the package, goes into it."""
    dotted = f"{name.replace(chr(92), '.').replace('/', '.')}."
    if _OUT.match(dotted):
        return False
    model = _MODEL.match(dotted)
    return model is None or model[1] in MODELS or model[1] == "__init__"
