namespace Dashboard.Components.Features.Accounts;

/// <summary>Names of roles and clusters as they are typed.</summary>
static class AccountRoles
{
    public static readonly string[] BuiltIn = ["viewer", "operator", "admin"];

    public static string[] Split(string? typed) =>
        (typed ?? "").Split([',', '，', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
