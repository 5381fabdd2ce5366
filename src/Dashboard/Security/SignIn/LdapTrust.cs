using System.Runtime.InteropServices;

namespace Dashboard.Security.SignIn;

/// <summary>
/// Whose certificates a directory may show. The framework's LDAP client leaves TLS to OpenLDAP's library, and has no setting for a file of
/// authorities: it is the library's own option, which holds for the process (ldap_set_option(3), LDAP_OPT_X_TLS_CACERTFILE). A certificate
/// that does not fit ends the connection, as is the library's default.
/// </summary>
static class LdapTrust
{
    const int CaFileOption = 0x6002;
    const int NewContextOption = 0x600f;

    // as distributions call it: options have to be set in the copy that .NET's LDAP client uses
    static readonly string[] libraries = ["libldap-2.5.so.0", "libldap.so.2", "libldap-2.6.so.0", "libldap-2.4.so.2"];
    static readonly Lock gate = new();
    static string? applied;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int SetText(nint connection, int option, [MarshalAs(UnmanagedType.LPUTF8Str)] string value);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    delegate int SetNumber(nint connection, int option, in int value);

    /// <param name="ca">A PEM file; null: the system's authorities.</param>
    /// <exception cref="DirectoryException">The library is not there, or does not take the file.</exception>
    public static void Use(string? ca)
    {
        lock (gate)
        {
            if (ca is null || ca == applied)
            {
                return;
            }

            var library = libraries.Select(name => NativeLibrary.TryLoad(name, out var loaded) ? loaded : 0)
                .FirstOrDefault(loaded => loaded != 0);
            if (library == 0)
            {
                throw new DirectoryException("the library libldap is not installed (Debian: libldap-2.5-0).");
            }

            var function = NativeLibrary.GetExport(library, "ldap_set_option");
            var asClient = 0;
            if (Marshal.GetDelegateForFunctionPointer<SetText>(function)(0, CaFileOption, Path.GetFullPath(ca)) != 0
                // last: only a new context reads the file that was set
                || Marshal.GetDelegateForFunctionPointer<SetNumber>(function)(0, NewContextOption, in asClient) != 0)
            {
                throw new DirectoryException($"libldap does not take {ca} as the file of the authorities.");
            }

            applied = ca;
        }
    }
}
