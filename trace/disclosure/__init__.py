"""What is open to everybody (信息公开): the rows behind the public figures, recalls, draws, rewards and reports, as pages and data."""
