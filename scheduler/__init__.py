"""What happens later: deadlines that pass, messages that leave."""
