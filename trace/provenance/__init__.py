"""Which brand and which certificates a batch may claim: judged by the way its goods came, and by nothing that is typed."""
