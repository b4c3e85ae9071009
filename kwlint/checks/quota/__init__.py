"""Checks of chapter quota (QUO): ResourceQuotas and LimitRanges that refuse pods and claims."""
