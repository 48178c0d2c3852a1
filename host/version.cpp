namespace sandport {}
