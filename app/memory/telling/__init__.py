"""Which of the sentences that were said answers a question, where no fact by rule does or something newer was said."""
