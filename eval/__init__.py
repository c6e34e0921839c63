"""Batch evaluation: how accurate the answers are, before and after every change."""
