using Dashboard.Components;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using Dashboard.Tests.Fakes;

// dotnet run --project tests/Dashboard.Preview -- --urls http://127.0.0.1:8099 [--groups 2500] [--as viewer]
var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseStaticWebAssets();
var world = new FakeWorld(TimeProvider.System, builder.Configuration.GetValue("groups", 2500));
world.Register(builder.Services);
builder.Services.AddDashboardPages();
builder.Services.AddAccess(signIn: false);
if (builder.Configuration["as"] is { } role)
{
    builder.Services.AddScoped<ICurrentActor>(_ => new FakeActor { Actor = FakeActor.With(role) });
}

var app = builder.Build();
app.Use((context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'";
    return next();
});
app.MapGet("/act/{name}/{action}", async (string name, string action) =>
    await world.Nodes.ActAsync(name, Enum.Parse<NodeAction>(action, true), "preview", default));
app.MapGet("/fail/{name}", (string name) =>
    world.Nodes.Fail(name, "No space left on device while writing data/kafka2/orders-1/00000000000000012288.log"));
app.MapDashboardPages();
using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
_ = Task.Run(async () =>
{
    while (await timer.WaitForNextTickAsync())
    {
        world.Step();
    }
});
app.Run();
