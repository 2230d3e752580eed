"""What a campaign is likely to come to, step by step, from the bank's assumptions and its own past results."""

from .campaign import Forecast, forecast_campaign
from .figures import Figure
from .past import PastCampaign
from .plan import CampaignPlan

__all__ = ["CampaignPlan", "Figure", "Forecast", "PastCampaign", "forecast_campaign"]
