"""Physical seizure, custody and hand-over, as the node shows and takes them."""

from datetime import datetime
from uuid import UUID

import strawberry

from db.records.searches import ReceiptResult
from enforcement import seizures
from enforcement.court import CourtNode
from enforcement.measure_views import MeasureView
from enforcement.rules import scopes
from enforcement.rules import seizure as rules
from enforcement.rules.rights import Caller
from schema.federated import Personal
from schema.node.seizure_enums import NotifiedPerson
from schema.node.task_inputs import InventoryInput


@strawberry.type(description="Which proofs of a measure are there. 控制凭证", directives=[Personal()])
class MeasureProofs:
    inventory: bool = strawberry.field(description="The inventory of the physical seizure. 查封扣押清单")
    registration: bool = strawberry.field(description="The unit's registration. 登记回执")
    binds_others: bool = strawberry.field(
        description="Whether it binds others: of a seized vehicle both are needed. 可以对抗其他人"
    )


def proofs_of(view: MeasureView) -> MeasureProofs:
    """Which proofs of a measure are there."""
    found = rules.proofs(
        view.measure.kind,
        view.asset.asset.kind,
        inventory=view.seizure is not None,
        registration=any(receipt.result is ReceiptResult.REGISTERED for receipt in view.receipts),
    )
    return MeasureProofs(inventory=found.inventory, registration=found.registration, binds_others=found.binds_others)


@strawberry.type(
    description="That a seized vehicle was handed over to the ordering court. 移交", directives=[Personal()]
)
class VehicleHandOver:
    at: datetime = strawberry.field(description="When. 移交时间")
    place: str = strawberry.field(description="Where. 移交地点")
    handed_by: list[str] = strawberry.field(description="Officers of the entrusted court. 移交人员")
    received_by: list[str] = strawberry.field(description="Officers of the ordering court. 接收人员")
    keys: int | None = strawberry.field(description="How many keys. 钥匙数")
    mileage_km: int | None = strawberry.field(description="Mileage, in km. 里程")
    photos: list[str] = strawberry.field(description="Digests of photos. 照片摘要")


@strawberry.type(
    description="Who keeps what was physically seized, and how it was taken. 保管", directives=[Personal()]
)
class Custody:
    place: str = strawberry.field(description="Where it was taken, and is kept. 地点")
    custodian: str = strawberry.field(description="Who keeps it. 保管人")
    started_at: datetime = strawberry.field(description="When the seizure began. 开始时间")
    finished_at: datetime = strawberry.field(description="When it was finished. 结束时间")
    signatures: list[str] = strawberry.field(description="Who signed the inventory. 签名")
    debtor_present: bool = strawberry.field(description="Whether the debtor was there. 被执行人在场")
    notified: NotifiedPerson | None = strawberry.field(description="Who was told to be there. 到场通知")
    grassroots_representative: str = strawberry.field(description="Who came for the grass roots. 基层组织代表")
    copy_given: bool = strawberry.field(description="Whether the debtor has a copy. 清单交付")
    keys: int | None = strawberry.field(description="How many keys. 钥匙数")
    mileage_km: int | None = strawberry.field(description="Mileage, in km. 里程")
    photos: list[str] = strawberry.field(description="Digests of photos. 照片摘要")
    hand_over: VehicleHandOver | None = strawberry.field(description="To the ordering court, once it was. 移交")


def custody_of(court: CourtNode, reader: Caller | None, view: MeasureView) -> Custody | None:
    """Who keeps the thing; None while nothing was seized, and for who reads no identities: names are in it."""
    if view.seizure is None or not scopes.reads_identity(reader):
        return None
    found, given = seizures.inventory_of(court, view.seizure), seizures.hand_over_of(court, view.seizure)
    return Custody(
        place=found.place,
        custodian=found.custodian,
        started_at=found.started_at,
        finished_at=found.finished_at,
        signatures=found.signatures,
        debtor_present=found.debtor_present,
        notified=None if found.notified is None else NotifiedPerson(found.notified),
        grassroots_representative=found.grassroots_representative,
        copy_given=found.copy_given,
        keys=found.keys,
        mileage_km=found.mileage_km,
        photos=found.photos,
        hand_over=None
        if given is None
        else VehicleHandOver(
            at=given.at,
            place=given.place,
            handed_by=given.handed_by,
            received_by=given.received_by,
            keys=given.keys,
            mileage_km=given.mileage_km,
            photos=given.photos,
        ),
    )


@strawberry.input(description="The inventory of a seizure by this court itself. 登记扣押清单")
class RecordSeizureInput:
    measure_id: UUID = strawberry.field(description="The own measure. 控制措施")
    inventory: InventoryInput = strawberry.field(description="The list, signed by two officers. 清单")
    idempotency_key: str = strawberry.field(description="The same key again changes nothing. 幂等键")


@strawberry.input(description="Handing a seized vehicle over to the ordering court. 移交扣押车辆")
class HandOverVehicleInput:
    task_id: UUID = strawberry.field(description="The task in your hands. 委托事项")
    at: datetime = strawberry.field(description="When. 移交时间")
    place: str = strawberry.field(description="Where. 移交地点")
    handed_by: list[str] = strawberry.field(description="Officers of this court. 移交人员")
    received_by: list[str] = strawberry.field(description="Officers of the ordering court. 接收人员")
    idempotency_key: str = strawberry.field(description="The same key again changes nothing. 幂等键")
    keys: int | None = strawberry.field(default=None, description="How many keys. 钥匙数")
    mileage_km: int | None = strawberry.field(default=None, description="Mileage, in km. 里程")
    photos: list[str] = strawberry.field(default_factory=list, description="Digests of photos. 照片摘要")
