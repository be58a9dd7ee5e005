"""The brand directory: regional and company brands, their levels, who is licensed to use one."""
