using System.Net.Security;

namespace Wire.Security;

/// <summary>Cipher suites by the names that IANA and Java have for them: TLS_AES_256_GCM_SHA384.</summary>
public static class CipherSuiteNames
{
    /// <summary>Null where there is no such suite.</summary>
    public static TlsCipherSuite? Parse(string name) =>
        Enum.TryParse<TlsCipherSuite>(name, out var suite) && Enum.IsDefined(suite) ? suite : null;
}
