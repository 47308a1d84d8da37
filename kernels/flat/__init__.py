"""The flat program: operators lowered to instructions that one compiled loop executes."""
