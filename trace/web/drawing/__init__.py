"""Pictures that pages draw: charts, the way of goods, the guilloche."""
