using System.Security.Claims;
using Dashboard.Security.Access;
using Dashboard.Security.Identity;

namespace Dashboard.Api;

/// <summary>Accounts, tokens and sessions. There where one has to sign in: of oneself, and for administrators of all.</summary>
static class AccountEndpoints
{
    const string DryRun = "A dry run answers 200 with what would be made, or what would end, and changes nothing.";

    public static void MapAccounts(this WebApplication app)
    {
        var api = app.MapGroup("/api").SignedIn().WithTags("Accounts").ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden);
        api.AddEndpointFilter(TellAsync);
        MapPeople(api);
        MapTokens(api);
        api.MapGet("sessions", (AccountDesk desk, ClaimsPrincipal who) =>
        {
            var own = who.FindFirst(Principals.SessionClaim)?.Value;
            return desk.Sessions(who).Select(session => OpenSessionBody.Of(session, own)).ToList();
        }).WithSummary("Who is signed in: oneself; for administrators, all");
        api.MapDelete("sessions/{id}", async (
            string id, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var session = await desk.EndAsync(who, id, cancellationToken, dryRun);
            return dryRun
                ? Results.Ok(OpenSessionBody.Of(session, who.FindFirst(Principals.SessionClaim)?.Value))
                : Results.NoContent();
        }).WithSummary("Ends a session: its open pages lead to the sign-in page at once").WithDescription(DryRun)
            .Produces<OpenSessionBody>().Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    static void MapPeople(RouteGroupBuilder api)
    {
        api.MapGet("accounts", (AccountDesk desk, ClaimsPrincipal who) => desk.List(who).Select(AccountBody.Of).ToList())
            .WithSummary("The accounts of this server");
        api.OnlyJson("accounts").MapPost("accounts", async (
            NewAccountBody body, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var account = await desk.AddAsync(who, body.Name, body.Password, body.Roles ?? [], cancellationToken, dryRun);
            return dryRun ? Results.Ok(AccountBody.Of(account)) : Results.Created($"/api/accounts/{account.Name}", AccountBody.Of(account));
        }).WithSummary("Adds an account").WithDescription(DryRun).Produces<AccountBody>()
            .Produces<AccountBody>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.OnlyJson("accounts/{name}", "PUT").MapPut("accounts/{name}", async (
            string name, ChangedAccountBody body, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            await desk.ChangeAsync(who, name, body.PresentPassword, body.Password, body.Roles, cancellationToken, dryRun);
            return Results.NoContent();
        }).WithSummary("Changes an account's password or roles, which ends its sessions; of a password, but the one it was changed by")
            .WithDescription("A dry run answers 204 as well, where it could be done, and changes nothing.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapDelete("accounts/{name}", async (
            string name, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var account = await desk.RemoveAsync(who, name, cancellationToken, dryRun);
            return dryRun ? Results.Ok(AccountBody.Of(account)) : Results.NoContent();
        }).WithSummary("Removes an account with its sessions and tokens").WithDescription(DryRun)
            .Produces<AccountBody>().Produces(StatusCodes.Status204NoContent)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    static void MapTokens(RouteGroupBuilder api)
    {
        api.MapGet("tokens", (AccountDesk desk, ClaimsPrincipal who) => desk.Tokens(who).Select(TokenBody.Of).ToList())
            .WithSummary("API tokens: one's own; for administrators, all");
        api.OnlyJson("tokens").MapPost("tokens", async (
            NewTokenBody body, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var (token, secret) = await desk.IssueAsync(
                who, body.Name, body.Roles ?? [], body.Clusters ?? [], body.Days, cancellationToken, dryRun);
            return dryRun
                ? Results.Ok(TokenBody.Of(token) with { Id = "" })
                : Results.Created($"/api/tokens/{token.Id}", new IssuedTokenBody(token.Id, secret, token.Ends));
        }).WithSummary("Makes a token of one's own; it is in this answer and never shown again")
            .WithDescription($"A token may never do more than its owner. A token makes no tokens. {DryRun}").Produces<TokenBody>()
            .Produces<IssuedTokenBody>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        api.MapDelete("tokens/{id}", async (
            string id, AccountDesk desk, ClaimsPrincipal who, CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var token = await desk.RevokeAsync(who, id, cancellationToken, dryRun);
            return dryRun ? Results.Ok(TokenBody.Of(token)) : Results.NoContent();
        }).WithSummary("Revokes a token").WithDescription(DryRun)
            .Produces<TokenBody>().Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound);
    }

    static async ValueTask<object?> TellAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (IdentityException e)
        {
            var (http, method) = (call.HttpContext, call.HttpContext.Request.Method);
            if (e.Fault == IdentityFault.Forbidden && !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method))
            {
                var desk = http.RequestServices.GetRequiredService<AccountDesk>();
                await desk.RefusedAsync(http.User, $"{method} {http.Request.Path}", e.Message);
            }

            return e.Fault switch
            {
                IdentityFault.Unknown => Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_IDENTITY", e.Message),
                IdentityFault.Conflict => Problems.Of(StatusCodes.Status409Conflict, "IDENTITY_CONFLICT", e.Message),
                IdentityFault.Forbidden => Problems.Of(StatusCodes.Status403Forbidden, "ACCESS_DENIED", e.Message),
                IdentityFault.Limit => Problems.Of(StatusCodes.Status422UnprocessableEntity, "IDENTITY_LIMIT", e.Message),
                _ => Problems.Of(StatusCodes.Status422UnprocessableEntity, "INVALID_IDENTITY", e.Message),
            };
        }
        catch (IOException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "NOT_KEPT", e.Message);
        }
    }
}
