"""The one way in which customers leave the desk as a file: few and masked at once, more or unmasked after an approval."""
