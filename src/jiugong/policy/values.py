"""The bank's rules as frozen values. Read them from TOML with `jiugong.policy.load_policy`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

Hours = tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class Grid:
    """Asset and income bands, half-open [low, high). Limits in currency units; n limits make n + 1 bands."""

    asset_bands: tuple[Decimal, ...]
    income_bands: tuple[Decimal, ...]
    asset_names: tuple[str, ...]
    asset_measure: str
    months_below_before_down: int
    excluded_status: tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """How value is reckoned: margins per year by balance category, discounting, and where "high" begins."""

    deposit_categories: tuple[str, ...]
    margin: Mapping[str, Decimal]
    discount_rate: Decimal
    horizon_years: int
    yearly_retention: tuple[Decimal, ...]
    moves_prior: int
    saving_share_of_income: Decimal
    current_value_high: Decimal
    potential_value_high: Decimal


@dataclass(frozen=True)
class Income:
    """Which statement of an income is believed, best first; how sure each is, as a share; when wages make an income."""

    order: tuple[str, ...]
    confidence: Mapping[str, Decimal]
    payroll_kinds: tuple[str, ...]
    payroll_least_months: int


@dataclass(frozen=True)
class Watch:
    """Who comes onto which watch list. Shares of a band's limit, amounts in currency units, days and months counted."""

    near_share: Decimal
    due_days: int
    dormant_days: int
    dormant_most: Decimal
    payroll_months: int
    payroll_missing_months: int
    new_days: int
    inflow_least: Decimal


@dataclass(frozen=True)
class Calling:
    """When and how often somebody may be called for marketing."""

    hours: Hours
    on_public_holidays: bool
    attempts_per_campaign: int
    hours_between_attempts: int
    reached_calls_per_7_days: int
    lease_minutes: int
    open_claims_per_manager: int
    valid_talk_seconds: int
    elderly_age: int
    undo_seconds: int
    correction_days: int


@dataclass(frozen=True)
class Dispositions:
    """How a call can end, as far as a bank may decide it; what an outcome means is fixed.

    retry_hours : when a customer is offered again, by outcome (the spacing of `calling` still holds)
    most : so many calls that ended in this way end the campaign for the customer; not named: as many as all attempts
    labels : other words for an outcome on the pages of staff
    """

    retry_hours: Mapping[str, int]
    most: Mapping[str, int]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Contacting:
    """How often a customer may be contacted for marketing over all channels together, and when he may be at all.

    hours : outside them nobody is contacted, for whatever reason; calls for marketing have narrower ones (`calling.hours`)
    channel_per_30_days : of a channel alone, beside the caps over all of them; 0: none
    service_after_refusal : subjects of service that are still owed to somebody who asked for no more calls
    senior_age : from it on no marketing call in the first and the last `senior_minutes` of a day's calling hours, unless
        the customer asked for it; 0 years or 0 minutes: no such rule. senior_when_unknown : also without a birth date
    """

    hours: Hours
    marketing_per_7_days: int
    marketing_per_30_days: int
    channel_per_30_days: Mapping[str, int]
    service_after_refusal: tuple[str, ...]
    senior_age: int
    senior_minutes: int
    senior_when_unknown: bool


@dataclass(frozen=True)
class Visits:
    """Slots of visits at an outlet, how long one is kept for a customer who is being spoken to, and how late a visitor may be."""

    slot_minutes: int
    hours: Hours
    days_ahead: int
    hold_minutes: int
    grace_minutes: int


@dataclass(frozen=True)
class Duty:
    """The roster: callable hours of a working day, how many one person covers at once, how late an absence is told."""

    hours_per_day: Decimal
    people_covered_at_once: int
    late_days: int


@dataclass(frozen=True)
class Training:
    """When a quiz is passed (a share), how often it may be tried in a day, how large a file beside a course may be."""

    pass_mark: Decimal
    attempts_per_day: int
    material_megabytes: int


@dataclass(frozen=True)
class Supervision:
    """When somebody's silence, and somebody's delay, is shown, and after how many working days to whom.

    days_behind, days_far_behind : of the person's own days on duty, behind the even pace of his list
    head_after_days, sub_branch_after_days : working days of the bank since it began
    """

    silence_minutes: int
    line_faults: int
    days_behind: Decimal
    days_far_behind: Decimal
    head_after_days: int
    sub_branch_after_days: int
    quiet_days: int


@dataclass(frozen=True)
class Holdout:
    """How a hold-out is drawn and what its power statement assumes.

    `standing_share`: of all customers, left alone by every campaign for `standing_months`; 0: there is none.
    take_up_alike : correlation of the take-up of customers drawn together, by the unit of the draw
    """

    minimum_share: Decimal
    standing_share: Decimal
    standing_months: int
    strata: tuple[str, ...]
    confidence: Decimal
    power: Decimal
    take_up_alike: Mapping[str, Decimal]


@dataclass(frozen=True)
class Outcomes:
    """When a campaign pauses by itself, over how many days its outcome is measured, and how outlets are graded."""

    complaints_pause_share: Decimal
    complaints_pause_minimum: int
    window_days: int
    leading_ahead: Decimal
    support_behind: Decimal
    small_group: int


@dataclass(frozen=True)
class Forecasting:
    """What is expected of a campaign before it runs. A range [low, high] holds eight campaigns of ten.

    eligible : of the audience; reached : of those attempted, within `calling.attempts_per_campaign`; valid, interested,
        invited, complaints, do_not_call : of the reached; visited : of the appointments; converted : of the visits
    answer_again : chance of an answer at an attempt, over that at the attempt before
    repeat_calls : calls made, over those that attempts without promised callbacks and dead numbers would need
    amount : agreed on per converted customer of a level of weight 1; amount_spread : standard deviation over mean
    amount_of_level : weight of a level, by its number; a level that is not named, and unscored customers, weigh 1
    brought : average daily increment in the outcome window, over the amounts agreed on
    between_campaigns, between_amounts : standard deviation between campaigns, of a rate's log-odds and of an amount's
        logarithm; alike : correlation of these over the steps of one campaign
    """

    confidence: Decimal
    eligible: tuple[Decimal, ...]
    reached: tuple[Decimal, ...]
    valid: tuple[Decimal, ...]
    interested: tuple[Decimal, ...]
    invited: tuple[Decimal, ...]
    visited: tuple[Decimal, ...]
    converted: tuple[Decimal, ...]
    complaints: tuple[Decimal, ...]
    do_not_call: tuple[Decimal, ...]
    answer_again: Decimal
    repeat_calls: tuple[Decimal, ...]
    amount: tuple[Decimal, ...]
    amount_spread: Decimal
    amount_of_level: Mapping[str, Decimal]
    brought: tuple[Decimal, ...]
    between_campaigns: Decimal
    between_amounts: Decimal
    alike: Decimal
    call_minutes: Decimal
    talk_minutes: Decimal
    visit_minutes: Decimal
    hourly_cost: Decimal


@dataclass(frozen=True)
class Exports:
    """How many customers one may take out as a file without approval, and what holds for a request and its file."""

    rows_without_approval: int
    rows_per_day: int
    most_rows: int
    decide_days: int
    download_days: int
    downloads: int


@dataclass(frozen=True)
class Telephony:
    """How customers are dialled (`desk`, `tel` or `pbx`), and what holds for the messages of an exchange.

    window_seconds : how far the time of a message may be from ours; overlap_hours : so long a secret that was replaced
        still holds; events_per_minute : most messages of one exchange
    """

    mode: str
    window_seconds: int
    overlap_hours: int
    events_per_minute: int


@dataclass(frozen=True)
class Quality:
    """How many calls a second person looks at, and which patterns are worth a look.

    share : of the calls that reached somebody, by day, campaign and caller; per_week, call_backs_per_week : at least, of
        each caller
    handling_seconds : what a call takes at the very least beside the talk; lacking_seconds : so much time must a stretch
        of calls lack to be worth a look; short_seconds : a talk below it brings nobody to the branch; short_calls : of
        these so many in a week
    mix_rate : chance that anybody is flagged where all are alike; mix_least : share by which an outcome must differ;
        mix_calls, mix_peers, mix_prior : least calls, least peers, and how many calls a share is drawn towards the peers'
    """

    share: Decimal
    per_week: int
    call_backs_per_week: int
    handling_seconds: int
    lacking_seconds: int
    short_seconds: int
    short_calls: int
    mix_rate: Decimal
    mix_least: Decimal
    mix_calls: int
    mix_peers: int
    mix_prior: int


@dataclass(frozen=True)
class Ties:
    """The words by which a sentence is known to tie a loan to deposits (LN1); `core.wording.tied` says how.

    gains : what the deposit would bring the loan, or cost it; follows : weaker ones, which only count behind the deposit
    apart : in a clause that denies the tie; onward : with a gain behind it, that clause ties after all
    harmless : words that only look like one of the others
    """

    deposits: tuple[str, ...]
    loans: tuple[str, ...]
    gains: tuple[str, ...]
    follows: tuple[str, ...]
    apart: tuple[str, ...]
    onward: tuple[str, ...]
    harmless: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Words that no script, plan or offer may hold (D2, M1, LN1 of the law table), and what a script must say.

    ties : words of sentences that tie a loan to deposits
    linking, promises : patterns; … is anything within a sentence, (a|b) one of both
    negations : words inside or right beside a pattern of `linking` that make it harmless
    denials : words right before a forbidden word or a promise that deny it; between : what may stand in between
    harmless : words that only look like a forbidden word or a promise
    required : for each fixed step of a script, groups of wordings of which one each must stand in it
    deposits : the words by which a text is known to speak of deposits; gifts : those that no offer on a deposit may hold
    """

    forbidden: tuple[str, ...]
    denials: tuple[str, ...]
    between: tuple[str, ...]
    harmless: tuple[str, ...]
    linking: tuple[str, ...]
    promises: tuple[str, ...]
    negations: tuple[str, ...]
    required: Mapping[str, tuple[tuple[str, ...], ...]]
    deposits: tuple[str, ...]
    gifts: tuple[str, ...]
    ties: Ties


@dataclass(frozen=True)
class Suitability:
    """What of a product's terms is law (rule W1): a risk is 1 to 5, of R1 to R5; the large deposit's least in yuan.

    `elderly_phone_most_risk`: what may at most be offered by telephone to whom is `calling.elderly_age` or older.
    """

    elderly_phone_most_risk: int
    large_cd_least: Decimal


@dataclass(frozen=True)
class Assessment:
    """`careful` (the default) or `as-written`; domain.md, rule D4."""

    form: str


@dataclass(frozen=True)
class Role:
    """A post: its name on screens, how far it sees (own, unit, all, none), and what it may do."""

    name: str
    scope: str
    permissions: frozenset[str]


@dataclass(frozen=True)
class Policy:
    """Everything the bank may decide, versioned. `label` (`name@version`) goes with every result."""

    name: str
    version: str
    effective_from: date
    currency: str
    grid: Grid
    value: Value
    income: Income
    watch: Watch
    calling: Calling
    dispositions: Dispositions
    contact: Contacting
    visits: Visits
    duty: Duty
    supervision: Supervision
    training: Training
    holdout: Holdout
    outcomes: Outcomes
    forecast: Forecasting
    exports: Exports
    telephony: Telephony
    quality: Quality
    wording: Wording
    suitability: Suitability
    assessment: Assessment
    roles: Mapping[str, Role]

    @property
    def label(self) -> str:
        return f"{self.name}@{self.version}"
