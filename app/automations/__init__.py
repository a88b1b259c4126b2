"""Automations: rules an administration writes, which act on requests when something happens, or when time passes."""
