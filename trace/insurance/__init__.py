"""The pilot of quality insurance: policies, coverage of a batch, insurers, the pilot's figures."""
