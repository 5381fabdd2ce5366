using Dashboard.Localization;
using Dashboard.Monitoring.Access;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>Why a user may not, in the reader's language; <see cref="Actor.WhyNot"/> says the same to programs.</summary>
public static class AccessWords
{
    /// <param name="cluster">Its name.</param>
    public static string WhyNot(Text text, Actor actor, Permission permission, string cluster) => text[
        "Access_WhyNot", $"{actor.Permissions.RolesOn(permission.Cluster)} {actor.Name}".Trim(),
        text[$"Access_{permission.Kind}_{permission.Action}"], cluster, $"{permission.Action}".ToLowerInvariant(),
        $"{permission.Kind}".ToLowerInvariant()];
}
