// Nothing: the target that it belongs to is there for its precompiled header.
