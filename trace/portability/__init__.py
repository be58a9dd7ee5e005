"""Everything of a producer as one file that others can read (我的资料), and what of it another installation can take over."""
