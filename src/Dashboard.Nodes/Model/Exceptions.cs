using Wire;

namespace Dashboard.Nodes;

/// <summary>The hosted cluster cannot be started at all; the message says why and what to do.</summary>
public sealed class HostingException : Exception, ICodedFault
{
    /// <summary>Of what only a start meets: the console is English.</summary>
    public HostingException(string message)
        : base(message)
    {
    }

    public HostingException(CodedText told)
        : base(told.English) => Told = told;

    public CodedText? Told { get; }
}

/// <summary>An action on a hosted node is not possible; the message says which and why.</summary>
public sealed class NodeActionException : Exception, ICodedFault
{
    public NodeActionException(string message)
        : base(message)
    {
    }

    public NodeActionException(string message, CodedText? told)
        : base(message) => Told = told;

    public NodeActionException(CodedText told)
        : this(told.English, told)
    {
    }

    public CodedText? Told { get; }
}

/// <summary>A node that is a process of its own ended, or cannot be one now; the message says why.</summary>
public sealed class NodeProcessException(CodedText told) : Exception(told.English), ICodedFault
{
    public CodedText? Told { get; } = told;
}
