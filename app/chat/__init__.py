"""One turn of a conversation: store, recall, prompt, stream, store."""
