"""What is wrong with the certificate of a server we call, in words a person can hand to whoever runs it."""

import ssl


def certificate_flaw(error: BaseException) -> str | None:
    """Says in words what is wrong with a certificate, when that is what an error is about."""
    seen: BaseException | None = error
    for _ in range(5):
        if isinstance(seen, ssl.SSLCertVerificationError):
            return _FLAWS.get(seen.verify_code, "il n'est pas digne de foi")
        seen = (seen.__cause__ or seen.__context__) if seen is not None else None
    return None


# The codes of OpenSSL's X509_V_ERR_*.
_FLAWS = {
    9: "il n'est pas encore valable",
    10: "il a expiré",
    18: "il est signé par lui-même",
    19: "il est signé par une autorité inconnue",
    20: "il est signé par une autorité inconnue",
    21: "il est signé par une autorité inconnue",
    62: "il est au nom d'un autre serveur",
    64: "il est au nom d'un autre serveur",
}
