namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>
/// Remembers on disk, a file a cluster, that a walkthrough has made its topic: the process may end before it is removed, and the next one
/// has to know that it is nobody's. A mark that cannot be written is an <see cref="IOException"/> before anything is made; one that cannot
/// be deleted leaves a deletion to the next start.
/// </summary>
/// <param name="directory">Null remembers nothing.</param>
public sealed class WalkthroughMarks(string? directory)
{
    public bool IsSet(string cluster) => directory is not null && File.Exists(PathOf(cluster));

    public void Set(string cluster)
    {
        if (directory is null)
        {
            return;
        }

        try
        {
            File.WriteAllText(PathOf(cluster), WalkthroughSession.Topic);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    public void Clear(string cluster)
    {
        try
        {
            if (directory is not null)
            {
                File.Delete(PathOf(cluster));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // the next start finds the topic gone, and tries again
        }
    }

    string PathOf(string cluster) => Path.Combine(directory!, $"walkthrough-{cluster}");
}
