{
    "name": "Serial Dossier",
    "summary": "Unique codes, channel control, activation and after-sales per serial",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "author": "Serial Dossier contributors",
    "website": "https://github.com/serial-dossier/serial_dossier",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "sale_stock",
        "mrp",
        "repair",
        "mrp_repair",
        "website",
        "phone_validation",
    ],
    "external_dependencies": {
        "python": ["maxminddb", "openpyxl", "python-stdnum", "qrcode"],
    },
    "data": [
        # security
        "security/serial_dossier_groups.xml",
        "security/ir.model.access.csv",
        "security/ir_rules.xml",
        # data
        "data/ir_sequence_data.xml",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/serial_scheme_data.xml",
        # views, in the order of a serial's life
        "views/serial_event_views.xml",
        "views/serial_chain_check_views.xml",
        "views/serial_scheme_views.xml",
        "views/serial_batch_views.xml",
        "views/serial_import_views.xml",
        "views/serial_part_views.xml",
        "views/serial_channel_region_views.xml",
        "views/serial_channel_assignment_views.xml",
        "views/stock_picking_views.xml",
        "views/sale_order_views.xml",
        "views/res_partner_views.xml",
        "views/serial_distributor_views.xml",
        "views/serial_scan_views.xml",
        "views/serial_activation_views.xml",
        "views/serial_diversion_alert_views.xml",
        "views/stock_lot_views.xml",
        "views/serial_reporting_views.xml",
        "views/product_views.xml",
        "views/res_config_settings_views.xml",
        "views/scan_templates.xml",
        # wizards
        "wizards/serial_lot_void_views.xml",
        "wizards/serial_api_key_generate_views.xml",
        "views/serial_api_key_views.xml",
        # menus
        "views/serial_dossier_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "serial_dossier/static/src/backend/**/*",
        ],
        "web.assets_tests": [
            "serial_dossier/static/tests/tours/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
