using Wire;

namespace ZooKeeper.Protocol;

/// <summary>The rules for the path of a znode (org.apache.zookeeper.common.PathUtils).</summary>
public static class ZooKeeperPath
{
    /// <summary>What is wrong with the path, or null. A sequential node's path may end with a slash: its suffix follows.</summary>
    public static CodedText? Problem(string path, bool sequential = false)
    {
        if (sequential)
        {
            path += "1";
        }

        if (path.Length == 0)
        {
            return CodedText.Of("PathEmpty", $"a path cannot be empty");
        }

        if (path[0] != '/')
        {
            return CodedText.Of("PathStart", $"a path starts with /");
        }

        if (path.Length == 1)
        {
            return null;
        }

        return path[^1] == '/'
            ? CodedText.Of("PathEnd", $"a path does not end with /")
            : NameProblem(path) ?? CharacterProblem(path);
    }

    /// <exception cref="ArgumentException">The path is not valid.</exception>
    public static void Validate(string path, bool sequential = false)
    {
        if (Problem(path, sequential) is { } problem)
        {
            throw new ArgumentException($"Not a znode's path: {problem}: \"{path}\"", nameof(path));
        }
    }

    /// <summary>The path of the parent: / for /a. The root has none: empty.</summary>
    public static string Parent(string path)
    {
        var slash = path.LastIndexOf('/');
        return path.Length == 1 ? "" : slash == 0 ? "/" : path[..slash];
    }

    /// <summary>The last name of the path; empty for the root.</summary>
    public static string Name(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The path of a child: no doubled slash below the root.</summary>
    public static string Child(string parent, string name) => parent == "/" ? "/" + name : $"{parent}/{name}";

    static CodedText? NameProblem(ReadOnlySpan<char> path)
    {
        foreach (var range in path[1..].Split('/'))
        {
            switch (path[1..][range])
            {
                case "":
                    return CodedText.Of("PathName", $"a name is empty");
                case "." or "..":
                    return CodedText.Of("PathRelative", $"relative paths are not allowed");
            }
        }

        return null;
    }

    static CodedText? CharacterProblem(string path)
    {
        foreach (var c in path)
        {
            if (c is <= '\u001f' or (>= '\u007f' and <= '\u009f') or (>= '\ud800' and <= '\uf8ff') or >= '\ufff0')
            {
                return CodedText.Of("PathCharacter", $"the character {$"U+{(int)c:X4}"} is not allowed");
            }
        }

        return null;
    }
}
