"""Contests inside a month: who meets whom by which rule; they read the points of the boards and can never change them."""
