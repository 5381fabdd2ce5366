using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Commands;

/// <summary>
/// A form that is checked as it is filled in: a moment after the last key, and of several changes the last one alone. What is chosen in it
/// stands in its address.
/// </summary>
public abstract class CheckedForm : CommandComponent
{
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(300);

    Delayed? checks;
    FormAddress? address;

    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    protected Delayed Checks => checks ??= new(pause, Time);

    /// <summary>What of the form stands in its address; none unless it says so.</summary>
    protected virtual IEnumerable<AddressField> InAddress => [];

    /// <summary>The form's address without what is chosen in it; needed where something is.</summary>
    protected virtual string PagePath => "";

    /// <summary>What stands in the address beside that.</summary>
    protected virtual (string Name, string? Value)[] BesideAddress => [];

    /// <summary>What the page was opened with.</summary>
    protected IReadOnlySet<string> Given { get; private set; } = new HashSet<string>();

    /// <summary>What is too long for an address; null: all of it stands there.</summary>
    public string? LeftOut => Left.Count > 0 ? L["Form_TooLong", string.Join(", ", Left)] : null;

    /// <summary>Fields that did not fit.</summary>
    protected virtual IReadOnlyList<string> Left => address?.Left ?? [];

    protected override void OnInitialized()
    {
        base.OnInitialized();
        TakeAddress();
    }

    /// <summary>The form is as it begins: what the address has is filled in, and what differs from here on will stand there.</summary>
    protected void TakeAddress()
    {
        address = new FormAddress(InAddress);
        Given = address.Read(new Uri(Navigation.Uri));
    }

    /// <summary>What the form begins with was read: what was chosen in it meanwhile, or by its address, stays.</summary>
    protected void BeginWith(Action begin) => address = address!.Over(begin);

    /// <summary>Where the form has an address.</summary>
    protected virtual void ShowAddress() => ShowAddress(BesideAddress);

    /// <param name="beside">What stands there beside the fields.</param>
    protected void ShowAddress(params (string Name, string? Value)[] beside)
    {
        if (PagePath.Length > 0)
        {
            Navigation.NavigateTo(address!.Href(PagePath, beside), replace: true);
        }
    }

    /// <summary>A moment after the last key, and shown. Not waited for: a field goes on taking keys meanwhile.</summary>
    protected void CheckSoon(Func<CancellationToken, Task> check) => _ = InvokeAsync(async () =>
    {
        await CheckLastAsync(check);
        StateHasChanged();
    });

    /// <summary>A moment after the last key: what is typed stands in the address, and is checked.</summary>
    protected Task CheckLastAsync(Func<CancellationToken, Task> check) => Checks.RunLastAsync(
        cancellationToken =>
        {
            ShowAddress();
            return check(cancellationToken);
        },
        Gone);

    /// <summary>Without the pause, and shown.</summary>
    protected async Task CheckNowAsync(Func<CancellationToken, Task> check)
    {
        await Checks.RunNowAsync(check, Gone);
        StateHasChanged();
    }

    public override async ValueTask DisposeAsync()
    {
        checks?.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
