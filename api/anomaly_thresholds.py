"""From what on a look-up is unusual, by the node's settings."""

from datetime import timedelta
from typing import Final

from api.setting_field import PREFIX
from api.settings import BadSetting, NodeSettings
from enforcement.rules.anomalies import Thresholds

_LAST_HOUR: Final = 23


def thresholds(settings: NodeSettings) -> Thresholds:
    """The court's figures.

    Raises:
        BadSetting: the night begins or ends at no hour of the day.
    """
    for name, hour in (("night_from", settings.night_from), ("night_until", settings.night_until)):
        if not 0 <= hour <= _LAST_HOUR:
            raise BadSetting(f"{PREFIX}{name.upper()} is an hour from 0 to 23")
    window = timedelta(minutes=settings.anomaly_window_min)
    return Thresholds(settings.anomaly_subjects, window, settings.night_from, settings.night_until)
