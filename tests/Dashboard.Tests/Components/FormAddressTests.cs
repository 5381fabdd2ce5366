using Dashboard.Components.Features.Jobs;
using Dashboard.Components.Foundation.Commands;

namespace Dashboard.Tests.Components;

/// <summary>What is chosen in a form is in its address, and comes back from it.</summary>
public sealed class FormAddressTests
{
    string text = "{{counter}}", rate = "100";
    bool keeps = true;

    [Fact]
    public void What_is_as_it_was_is_left_out_and_the_rest_comes_back()
    {
        var address = Address();
        Assert.Equal("a/generate", address.Href("a/generate"));
        (text, rate, keeps) = ("{\"n\": \"é & =\"}\n", "", false);
        var href = address.Href("a/generate", ("upload", "f1"), ("nothing", null));
        Assert.StartsWith("a/generate?upload=f1&", href, StringComparison.Ordinal);
        (text, rate, keeps) = ("{{counter}}", "100", true);
        var given = Address().Read(new Uri($"http://host/{href}"));
        Assert.Equal(("{\"n\": \"é & =\"}\n", "", false), (text, rate, keeps));
        Assert.Equal(["keeps", "rate", "text", "upload"], given.Order());
        Assert.Empty(address.Left);
    }

    [Fact]
    public void What_is_too_long_for_an_address_is_left_out_and_named()
    {
        var address = Address();
        (text, rate) = (new string('x', FormAddress.Longest), "7");
        Assert.Equal("a?rate=7", address.Href("a"));
        Assert.Equal(["text"], address.Left);
        text = "short";
        Assert.Equal("a?text=short&rate=7", address.Href("a"));
        Assert.Empty(address.Left);
    }

    [Fact]
    public void A_transfers_address_has_how_it_is_written()
    {
        var draft = new TransferDraft { Target = "b", KeepPartitions = true, KeepTimestamps = true, KeepHeaders = false, Rate = "50" };
        Assert.EndsWith(
            "target=b&keepPartitions=true&keepTimestamps=true&headers=false&rate=50", draft.Href("copy"), StringComparison.Ordinal);
        Assert.DoesNotContain("headers", new TransferDraft().Href("copy"), StringComparison.Ordinal);
    }

    FormAddress Address() => new(
    [
        new("text", () => text, value => text = value),
        new("rate", () => rate, value => rate = value),
        AddressField.Of("keeps", () => keeps, value => keeps = value),
    ]);
}
