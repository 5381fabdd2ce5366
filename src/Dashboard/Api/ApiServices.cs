using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Dashboard.Api.Requests;
using Dashboard.Monitoring.Audit;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Dashboard.Api;

/// <summary>How bodies are read and written, and how a request that cannot be read is answered.</summary>
static partial class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
            json.SerializerOptions.Converters.Add(new WholeText());
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            // a misspelt field would otherwise be taken for one that was left out
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.Configure<ExceptionHandlerOptions>(handler =>
        {
            handler.StatusCodeSelector = fault =>
                fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError;
            handler.SuppressDiagnosticsCallback = context => context.Exception is BadHttpRequestException;
        });
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Explain);
        services.AddOpenApi("v1", document =>
        {
            document.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            document.AddSchemaTransformer((schema, context, _) =>
            {
                TellWhatMayBeLeftOut(schema, context.JsonTypeInfo);
                return Task.CompletedTask;
            });
            document.AddDocumentTransformer((described, context, _) =>
            {
                described.Info.Title = "Castellan";
                described.Info.Description = "ZooKeeper and Kafka clusters: what is known of them, and what changes them. "
                    + "What changes a cluster takes ?dryRun=true and then answers with the plan.";
                if (context.ApplicationServices.GetRequiredService<AccessMode>().SignIn)
                {
                    TellWhoMay(described);
                }

                return Task.CompletedTask;
            });
        });
        services.AddScoped<GroupCalls>();
        return services;
    }

    /// <summary>
    /// A field of a request that may be null may be left out, but where an attribute says otherwise; described would be every parameter of
    /// a constructor as required.
    /// </summary>
    static void TellWhatMayBeLeftOut(OpenApiSchema schema, JsonTypeInfo type)
    {
        if (!type.Type.IsAssignableTo(typeof(ICommandBody)))
        {
            return;
        }

        foreach (var field in type.Properties.Where(field => !field.IsRequired && MayBeNull(field)))
        {
            schema.Required?.Remove(field.Name);
        }

        bool MayBeNull(JsonPropertyInfo field) =>
            (schema.Properties?.TryGetValue(field.Name, out var described) == true && described.Type?.HasFlag(JsonSchemaType.Null) == true)
            || Nullable.GetUnderlyingType(field.PropertyType) is not null
            || (field.PropertyType == typeof(JsonElement) && field.AttributeProvider?.IsDefined(typeof(RequiredAttribute), false) != true);
    }

    /// <summary>With sign-in: how a token is sent, and what is answered without one, or to one that may not.</summary>
    static void TellWhoMay(OpenApiDocument document)
    {
        const string Bearer = "bearer";
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            Description = "An API token: Authorization: Bearer TOKEN.",
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? []))
        {
            operation.Responses ??= [];
            operation.Responses.TryAdd("401", new OpenApiResponse { Description = "UNAUTHENTICATED: nobody is signed in." });
            operation.Responses.TryAdd("403", new OpenApiResponse { Description = "ACCESS_DENIED: one may not; says what is missing." });
        }
    }

    static void Explain(ProblemDetailsContext context)
    {
        if (context.Exception is BadHttpRequestException bad)
        {
            context.ProblemDetails.Detail = Unread(bad, context.HttpContext);
        }
        else if (context.Exception is AuditException unwritten)
        {
            context.ProblemDetails.Detail = unwritten.Message;
            context.ProblemDetails.Extensions["code"] = "AUDIT_NOT_WRITTEN";
            // as a command's: what was done is not told as failed
            context.ProblemDetails.Extensions["outcome"] = unwritten.Outcome;
        }
        else if (context.ProblemDetails is { Status: StatusCodes.Status400BadRequest, Detail: null })
        {
            context.ProblemDetails.Detail = UnreadParameter(context.HttpContext);
        }
        if (context.ProblemDetails.Status is >= 400 and < 500)
        {
            context.ProblemDetails.Extensions.TryAdd("code", Problems.UnreadableCode);
        }
    }

    static string Unread(BadHttpRequestException bad, HttpContext context)
    {
        // the handler is gone from the context when its fault is handled
        var endpoint = context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint();
        var body = endpoint?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        return bad.InnerException is JsonException json ? UnreadBody.Words(json, body, options)
            : body is not null && bad.Message.StartsWith("Implicit body", StringComparison.Ordinal) ? UnreadBody.Missing(body, options)
            : Lacking().Match(bad.Message) is { Success: true } lacking ? $"{lacking.Groups[1].Value}: missing."
            : bad.Message;
    }

    /// <summary>The framework's words for a parameter that has to be there, with its type.</summary>
    [GeneratedRegex("^Required parameter \"[^ ]+ ([^\"]+)\"")]
    private static partial Regex Lacking();

    /// <summary>
    /// The generated handlers refuse a value of an optional parameter that they cannot read, and do not say which: it is looked for again.
    /// </summary>
    static string? UnreadParameter(HttpContext context) =>
        (from parameter in context.GetEndpoint()?.Metadata.OfType<IParameterBindingMetadata>() ?? []
         where parameter.HasTryParse
         let value = context.Request.Query[parameter.Name].ToString()
         where value.Length > 0 && !TypeDescriptor.GetConverter(parameter.ParameterInfo.ParameterType).IsValid(value)
         select $"{JsonNamingPolicy.CamelCase.ConvertName(parameter.Name)}={value}: {Wanted(parameter.ParameterInfo.ParameterType)}.")
        .FirstOrDefault();

    static string Wanted(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain && plain == typeof(bool) ? "it is true or false"
        : plain == typeof(int) || plain == typeof(long) ? "it is a whole number"
        : $"it is no {plain.Name}";
}
