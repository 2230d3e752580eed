-- The bank's own tables (views of the same names, every cell as text) into three extracts.
-- $as_of: the day that loans and cards speak of. $known: the last day of which balances are known.

CREATE MACRO day(text) AS strptime(text, '%y%m%d')::DATE;  -- 930705

-- Client -> the account that he owns or may use, and where that account is kept.
CREATE VIEW relation AS
SELECT d.disp_id, d.client_id, d.account_id, d.type = 'OWNER' AS owns, a.date AS opened, k.A3 AS region
FROM disp d JOIN account a USING (account_id) JOIN district k ON k.A1 = a.district_id;

-- Owners, and disponents too: people whom the bank knows, though they hold nothing in their own name.
-- Income is an estimate: twelve times the average salary of the district in which the client lives. It is left out where
-- the account's balance is unknown: the library would take the balance for nil and give a level that nobody can vouch for.
CREATE TABLE customers AS
SELECT c.client_id, 'Klient ' || c.client_id AS name,  -- the data are anonymous
    -- YYMMDD, women have 50 added to the month; everybody was born in the twentieth century
    make_date(1900 + left(c.birth_number, 2)::INT, c.birth_number[3:4]::INT % 50, right(c.birth_number, 2)::INT) AS born,
    '140' || lpad(c.client_id, 8, '0') AS phone,  -- fictional: nobody holds this prefix
    r.region, CASE WHEN r.owns THEN r.opened END AS opened,
    CASE WHEN NOT r.owns OR f.account_id IS NOT NULL THEN 12 * k.A11::INT END AS income,
    CASE WHEN income IS NOT NULL THEN 'estimated' END AS income_source,
    EXISTS (FROM card JOIN relation held USING (disp_id)
            WHERE held.client_id = c.client_id AND day(left(card.issued, 6)) <= $as_of) AS card
FROM client c JOIN relation r USING (client_id) JOIN district k ON k.A1 = c.district_id
LEFT JOIN derived f ON r.owns AND f.account_id = r.account_id
ORDER BY c.client_id::INT;

-- A day's closing balance: several bookings of a day stand in no order, so it is the recorded balance to which all
-- movements since the account was opened lead (recorded balances are rounded; the two differ by some hellers).
CREATE TABLE closing AS
WITH booked AS (
    SELECT account_id, day(date) AS on_day, balance::DECIMAL(18, 2) AS balance,
        CASE type WHEN 'PRIJEM' THEN 1 ELSE -1 END * amount::DECIMAL(18, 2) AS movement
    FROM trans
), led AS (
    SELECT account_id, on_day, sum(sum(movement)) OVER (PARTITION BY account_id ORDER BY on_day) AS sum_so_far
    FROM booked GROUP BY account_id, on_day
)
SELECT account_id, on_day, arg_min(balance, abs(balance - sum_so_far)) AS balance,
    coalesce(lead(on_day) OVER (PARTITION BY account_id ORDER BY on_day), DATE '1994-04-01') AS until  -- the file ends
FROM booked JOIN led USING (account_id, on_day) GROUP BY account_id, on_day;

-- January 1993 to March 1994: averages over all days of the month; before it was opened, an account holds nothing.
-- Then what is known of later: one balance, on $known; and the same again for $as_of, carried forward.
CREATE TABLE balances AS
WITH months AS (
    SELECT m::DATE AS first, (m + INTERVAL 1 MONTH)::DATE AS next
    FROM generate_series(DATE '1993-01-01', DATE '1994-03-01', INTERVAL 1 MONTH) t(m)
), computed AS (
    SELECT account_id, first AS month, next - first AS days,
        sum(100 * balance * (least(until, next) - greatest(on_day, first)))::BIGINT AS cent_days,
        arg_max(balance, on_day) AS month_end
    FROM closing JOIN months ON on_day < next AND until > first
    GROUP BY ALL
), every_month AS (
    SELECT account_id, month,  -- rounded half up, in whole hellers
        ((2 * cent_days + days) // (2 * days))::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2) AS average_daily, month_end
    FROM computed
    UNION ALL
    SELECT account_id, date_trunc('month', last)::DATE, balance_last::DECIMAL(18, 2), balance_last::DECIMAL(18, 2)
    FROM derived, (VALUES ($known), ($as_of)) t(last)
)
SELECT client_id, account_id, strftime(month, '%Y-%m') AS month, average_daily, month_end
FROM every_month JOIN relation USING (account_id) WHERE owns
ORDER BY client_id::INT, month;

-- What is owed: nothing of a loan paid back (A); the instalments still to come of one that runs well (C). Of those that
-- were not paid (B, D) the data do not say how much is missing.
CREATE TABLE loans AS
SELECT l.loan_id, r.client_id, l.date AS drawn, l.amount,
    CASE l.status
        WHEN 'A' THEN 0
        WHEN 'C' THEN l.payments::DECIMAL(18, 2) * greatest(l.duration::INT - datesub('month', day(l.date), $as_of), 0)
    END AS owed,
    l.status
FROM loan l JOIN relation r USING (account_id) WHERE r.owns
ORDER BY l.loan_id::INT;
