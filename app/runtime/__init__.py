"""Models, each in a process of its own. The only room that imports llama_cpp or sentence_transformers."""
