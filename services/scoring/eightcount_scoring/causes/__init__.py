"""Why a take differs from its reference: hypotheses, their evidence, and which of them may be stated."""
