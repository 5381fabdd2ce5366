using System.Collections.Immutable;

namespace Dashboard.Components.Pictures;

/// <summary>What a replica is in a placement matrix; each has its own shape, letter and fill.</summary>
public enum CellKind
{
    /// <summary>No replica: a dot.</summary>
    None,
    Leader,
    InSync,
    Out,
    Dead,

    /// <summary>A new copy.</summary>
    Adding,

    /// <summary>A new copy that will lead.</summary>
    AddingLeader,

    /// <summary>Goes when the plan is done; the letter says what it is now.</summary>
    Leaving,
    LeavingLeader,
}

/// <param name="Wish">Preferred leader that does not lead: a corner flag.</param>
/// <param name="Label">The cell in one sentence.</param>
public sealed record MatrixCell(CellKind Kind, bool Wish, string Label);

/// <param name="Glyph">Diamond or triangle before the row, null for none.</param>
/// <param name="Cells">One a column.</param>
public sealed record MatrixRow(int Partition, string? Glyph, ImmutableArray<MatrixCell> Cells);

/// <param name="Note">Below the id: "controller", "down".</param>
public sealed record MatrixColumn(int Broker, string Note, bool IsDown);

/// <param name="Figures">One a column, as they are shown.</param>
public sealed record MatrixTotal(string Name, ImmutableArray<string> Figures);

/// <summary>A grid of partitions and brokers, ready to draw.</summary>
public sealed record MatrixModel(ImmutableArray<MatrixColumn> Columns, ImmutableArray<MatrixRow> Rows, ImmutableArray<MatrixTotal> Totals);
