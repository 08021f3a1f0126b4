"""Weights on flash, after "LLM in a flash" (Alizadeh et al., 2024): a model larger than the memory it is given.

    device     how fast the drive reads, by the size of the reads and how many at once (section 3.1's cost model)
    plan       what stays in memory, what comes from flash, and how fast that will be
    window     the experts that were used of late stay; a policy says which leave (section 3.2, "windowing")
    ring       the layers that do not stay pass through a few banks of memory, read ahead of their turn
    predictor  which experts the next layer will ask for
    hook       the moments in a running graph at which the above act
    survey     what llama.cpp's graph is made of, seen before anything is moved
    guard      every doubt, and what to do then
    weights    all of it as one strategy for a loaded model

On stock llama.cpp: what moves is where its tensors point to.
"""
